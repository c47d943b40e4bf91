from pathlib import Path

import pytest

from vidstyle.errors import UsageError
from vidstyle.weights.manifest import Manifest

ENTRY = """
[[network]]
name = "tiny"
architecture = "johnson"
file = "tiny.safetensors"
licence = "CC0"
source = "here"
"""
HASH = "0" * 64


def manifest(tmp_path: Path, text: str) -> Manifest:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    return Manifest.read(path)


def test_what_vidstyle_knows() -> None:
    known = Manifest.read()

    assert {"vgg-normalised-relu4_1", "adain-decoder-relu3_1", "johnson-candy"} <= set(known)
    assert known.entry("adain-decoder-relu4_1").file == "decoder.pth"
    assert all(entry.licence and entry.source for entry in known.entries)


def test_the_hashes_are_those_of_the_files(shared_weights: Path) -> None:
    lines = (shared_weights / "SHA256SUMS").read_text().splitlines()
    published = {name: digest for digest, name in (line.split() for line in lines)}

    others = [entry for entry in Manifest.read().entries if entry.file in published]
    assert len(others) >= 6
    for entry in others:
        assert entry.sha256 == published[entry.file]
        assert entry.bytes == (shared_weights / entry.file).stat().st_size


def test_names_and_entries(tmp_path: Path) -> None:
    read = manifest(tmp_path, ENTRY)

    assert list(read) == ["tiny"]
    assert "tiny" in read
    assert "huge" not in read
    assert read.entry("tiny").file == "tiny.safetensors"


def test_cards_go_with_a_manifest(tmp_path: Path) -> None:
    card = ENTRY.replace("[[network]]", "[network]").replace("tiny", "mine")
    (tmp_path / "card.toml").write_text(f"{card}\n[training]\nsteps = 7\n")
    (tmp_path / "manifest.toml").write_text(ENTRY)

    assert list(Manifest.read(tmp_path / "card.toml", tmp_path / "manifest.toml")) == [
        "mine",
        "tiny",
    ]


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'huge'; there are tiny"):
        manifest(tmp_path, ENTRY).entry("huge")


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        ('sha256 = "abc"', "64 lower-case hex"),
        ('url = "https://example.org/tiny"', "needs a sha256"),
        ('colour = "red"', "colour"),
        (ENTRY, "twice"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, addition: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        manifest(tmp_path, ENTRY + addition)


def test_a_file_with_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bare name"):
        manifest(tmp_path, ENTRY.replace("tiny.safetensors", "../tiny.safetensors"))


def test_a_hash_allows_a_url(tmp_path: Path) -> None:
    text = f'{ENTRY}sha256 = "{HASH}"\nurl = "https://example.org/tiny"'

    assert manifest(tmp_path, text).entry("tiny").url == "https://example.org/tiny"
