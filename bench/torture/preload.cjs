// Loaded before the program of the case `boot`, which removes it before workers would load it, too.
