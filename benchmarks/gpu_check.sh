#!/usr/bin/env bash
# All that needs an NVIDIA GPU, in one go: the tests marked `gpu`, and the figures of benchmarks/gpu.
#
#   benchmarks/gpu_check.sh | tee benchmarks/gpu-$(date +%F).txt
#
# PYTHON names the interpreter that has PyTorch for CUDA. WHEELS names a folder with the wheels of
# what is missing there: platformdirs, and av and openvino, without which only their part is left out.
# VIDSTYLE_WEIGHTS names the folder with AdaIN's published weights; without it, adain-lite alone is
# measured.
set -uo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
extra=$(mktemp -d)
trap 'rm -rf "$extra"' EXIT
export PYTHONPATH=$extra:$PWD${PYTHONPATH:+:$PYTHONPATH}
export VIDSTYLE_ENGINES=$extra/engines
status=0

if [ -n "${WHEELS:-}" ]; then
    "$python" -m pip install --quiet --no-index --no-deps --target "$extra" "$WHEELS"/*.whl || status=1
fi
has() { "$python" -c "import $1" 2>"$extra/why"; }

echo "== the machine"
date --iso-8601
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || exit 1
"$python" -c 'import torch; print("torch", torch.__version__, torch.cuda.get_device_name())' || exit 1

# AOTInductor compiles against CUDA's headers.
if [ -z "${CUDA_HOME:-}" ] && command -v nvcc >"$extra/nvcc"; then
    CUDA_HOME=$(dirname "$(dirname "$(readlink -f "$(cat "$extra/nvcc")")")")
    export CUDA_HOME
fi

echo "== tests"
tests=(tests/engines/test_cuda_runner.py)
if has av && has cv2 && has openvino; then
    tests=(tests)
else
    echo "av, cv2 or openvino is missing: $(tail -n 1 "$extra/why")"
fi
# Warnings of versions other than the pinned ones are not the GPU's.
"$python" -m pytest -q -m gpu -o filterwarnings= "${tests[@]}" || status=1

echo "== figures"
cases=(--case adain:1920x1080 --case adain:3840x2160)
[ -n "${VIDSTYLE_WEIGHTS:-}" ] && cases+=(--case adain-vgg19:512x512)
"$python" -m benchmarks.gpu "${cases[@]}" || status=1

if has av && has cv2; then
    echo "== from file to file"
    "$python" -c '
import sys, typer
from vidstyle.cli.bench import bench
app = typer.Typer()
app.command()(bench)
app()' --size 1920x1080 --device cuda --backend inductor --backend eager || status=1
fi
exit $status
