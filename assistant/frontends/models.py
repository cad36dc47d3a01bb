"""The `models` commands: which local models there are, fetch one, remove one, choose one."""

from __future__ import annotations

from assistant.adapters import settings
from assistant.adapters.local_model import catalogue, download
from assistant.app.models import choose_local, local_entry
from assistant.core.text.display import file_size
from assistant.frontends.progress import download_progress, wrapped


def table() -> int:
    """Print the local models: what is here, what can be had, and what each needs."""
    cache = settings.cache_folder()
    entries = catalogue.local_models()
    names = [entry.name + " *" * (number == 0) for number, entry in enumerate(entries)]
    room = max(map(len, names))
    _print(f"{'name':{room}}  here  size    memory")
    for name, entry in zip(names, entries, strict=True):
        is_downloaded = "yes" if download.is_here(entry, cache=cache) else ""
        _print(f"{name:{room}}  {is_downloaded:4}  {file_size(entry.size):6}  {entry.memory_gb:.1f} GB")
        good_for = entry.good_for + ("" if entry.sha256 else " (unverified)")
        _print(f"{good_for}; languages: {entry.languages}; {entry.licence}", indent="  ")
    print()
    _print(f"* the default. Files are kept in {cache / 'models'}.")
    _print("Fetch one with `assistant models get NAME`, choose it with `assistant models use NAME`.")
    _print("Any other GGUF file on Hugging Face: hf:OWNER/REPO:QUANT, such as hf:Qwen/Qwen3-1.7B-GGUF:Q8_0.")
    return 0


def _print(line: str, *, indent: str = "") -> None:
    print(wrapped(line, indent=indent))


def get(name: str) -> int:
    """Fetch a model's file, unless it is here."""
    entry = local_entry(name)
    path = download.model_file(entry, cache=settings.cache_folder(), report=download_progress(entry.name))
    unverified = "" if entry.sha256 else ", checked only against what Hugging Face says of it"
    print(f"{entry.name} is here: {path}{unverified}")
    return 0


def remove(name: str) -> int:
    """Remove a model's file."""
    entry = local_entry(name)
    size = download.remove(entry, cache=settings.cache_folder())
    print(f"removed {entry.name}: {file_size(size)} freed" if size else f"{entry.name} is not here")
    return 0


def use(name: str) -> int:
    """Write a model into the user's settings as the one to use."""
    entry = local_entry(name)
    path = choose_local(name)
    print(f'{path} now has model = "{entry.name}"')
    if not download.is_here(entry, cache=settings.cache_folder()):
        print(f"{file_size(entry.size) or 'Its file'} will be fetched when it is first used.")
    if settings.gather(path.parent).base_url:
        print("OPENAI_BASE_URL is set, and wins: unset it to use this model.")
    return 0
