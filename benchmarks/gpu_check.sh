#!/usr/bin/env bash
# All that needs an NVIDIA GPU: figures of networks, whole runs from file to file, and the tests
# marked `gpu`, in this order. Each part is cut off when its time is up, and what it has printed
# until then stays, so that one that hangs does not cost the others.
#
#   benchmarks/gpu_check.sh [networks] [files] [tests] | tee benchmarks/gpu-$(date +%F).txt
#
# PYTHON names the interpreter that has PyTorch for CUDA. WHEELS names a folder with the wheels of
# what is missing there: platformdirs, and av, without which only networks are measured.
# VIDSTYLE_WEIGHTS names the folder with AdaIN's published weights; without it, adain-lite alone is
# measured. SECONDS_EACH is what one network, one size of files, and the tests may take: kernels are
# chosen by timing them, which can take minutes. Where a machine is lent for some minutes at a time:
#
#   SECONDS_EACH=270 CASES='adain:1920x1080 adain-vgg19:512x512' benchmarks/gpu_check.sh networks
#   SECONDS_EACH=180 CASES=adain:3840x2160 benchmarks/gpu_check.sh
#
# On a CPU, to try the script: DEVICE=cpu PRECISION=fp32 CASES=adain:64x64 SIZES=64x64.
set -uo pipefail
cd "$(dirname "$0")/.."

parts=${*:-networks files tests}
python=${PYTHON:-python3}
device=${DEVICE:-cuda}
precision=${PRECISION:-fp16}
sizes=${SIZES:-1920x1080}
cases=${CASES:-adain:1920x1080 adain:3840x2160 ${VIDSTYLE_WEIGHTS:+adain-vgg19:512x512} \
    adain:1920x1080:yuv420p}
seconds=${SECONDS_EACH:-240}
extra=$(mktemp -d)
trap 'rm -rf "$extra"' EXIT
export PYTHONPATH=$extra:$PWD${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
status=0

if [ -n "${WHEELS:-}" ]; then
    "$python" -m pip install --quiet --no-index --no-deps --target "$extra" "$WHEELS"/*.whl ||
        status=1
fi
has() { "$python" -c "import $1" 2>"$extra/why"; }
wanted() { [[ " $parts " == *" $1 "* ]]; }
limited() { timeout --kill-after=10 "$@" || { echo "exit $?"; status=1; }; }

echo "== the machine"
date --iso-8601=seconds
if [ "$device" != cpu ]; then
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || exit 1
fi
"$python" -c "import sys, torch; print('Python', sys.version.split()[0], 'torch', torch.__version__)
if '$device' != 'cpu': print(torch.cuda.get_device_name(), torch.version.cuda)" || exit 1

# AOTInductor compiles against CUDA's headers, and looks for them beside a compiler that may be a link.
if [ -z "${CUDA_HOME:-}" ] && nvcc=$(command -v nvcc); then
    home=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
    [ -f "$home/include/cuda.h" ] && export CUDA_HOME=$home
fi
echo "CUDA_HOME ${CUDA_HOME:-unknown}; $(g++ --version 2>&1 | head -n 1)"

if wanted networks; then
    for case in $cases; do
        echo "== $case"
        limited "$seconds" "$python" -m benchmarks.gpu --case "$case" --device "$device" \
            --precision "$precision"
    done
    case=${cases%% *}
    echo "== $case, depthwise convolutions by cuDNN"
    limited "$seconds" "$python" -m benchmarks.gpu --case "$case" --device "$device" \
        --precision "$precision" --cudnn-depthwise
fi

if wanted files && has av && has cv2; then
    for size in $sizes; do
        echo "== from file to file, $size"
        limited "$seconds" "$python" -m vidstyle bench --size "$size" --device "$device" \
            --backend inductor --precision "$precision" --stabilise 0 --seconds 10
        echo "== from file to file as planes and as RGB, $size"
        limited "$seconds" "$python" -m benchmarks.gpu --file "$size" --device "$device" \
            --precision "$precision"
    done
elif wanted files; then
    echo "from file to file is left out: $(tail -n 1 "$extra/why")"
fi

if wanted tests; then
    echo "== tests"
    tests=(tests/engines/test_cuda_runner.py)
    if has av && has cv2; then
        mapfile -t tests < <(grep -rlE 'mark\.gpu' tests --include='test_*.py')
    else
        echo "only one file of them: $(tail -n 1 "$extra/why")"
    fi
    # Warnings of versions other than the pinned ones are not the GPU's.
    limited "$seconds" "$python" -m pytest -q -m gpu -o filterwarnings= "${tests[@]}"
fi
echo "== ended $(date --iso-8601=seconds), status $status"
exit $status
