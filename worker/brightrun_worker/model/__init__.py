"""The base model and its adapters: `find` a folder, `load` it, `lora` adds and saves adapters, `merge` adds them in."""
