//! The Open-Autonomy message set (ISO 23725 family) as types: strict to write, lenient to read
