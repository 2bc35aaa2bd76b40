"""Knowledge as data: fields, categories, wording, scales, each with origin, date and certainty."""
