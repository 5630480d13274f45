//! From what people paste to a list of names.
