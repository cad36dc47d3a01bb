"""The model that needs no server: a GGUF file, run by llama.cpp in a child process."""
