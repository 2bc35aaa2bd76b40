"""From bytes to text: the encoding of a file or of each line, control characters, misread accents."""
