// Holds nothing: the precompiled headers are made while it is compiled.
