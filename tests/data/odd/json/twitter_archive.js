window.YTD.patients.part0 = [
  {"nom": "DURAND"}
];
