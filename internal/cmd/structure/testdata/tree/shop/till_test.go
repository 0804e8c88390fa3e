package shop

var inTest = sell()
