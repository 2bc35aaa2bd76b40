"""What a free-text note reveals, about whom, and how surely: lexicon, first pass, qualification, findings."""
