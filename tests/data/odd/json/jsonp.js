/**/ rappel([{"nom": "DURAND"},
{"nom": "PETIT"}]);
