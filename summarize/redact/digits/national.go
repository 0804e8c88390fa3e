// Package digits checks the digits of numbers of cards, accounts and persons. It imports nothing
// of Deskbook.
package digits

import "strings"

// SSN reports whether a social security number of the United States can be issued.
func SSN(s string) bool {
	return s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[3:5] != "00" && s[5:] != "0000"
}

// NINO reports whether a national insurance number of the United Kingdom has a prefix
// that is issued.
func NINO(s string) bool {
	switch s[:2] {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return s[1] != 'O'
}

// DNI checks the letter of a Spanish identity number.
func DNI(s string) bool {
	digits := strings.NewReplacer("X", "0", "Y", "1", "Z", "2").Replace(s[:1]) + s[1:len(s)-1]
	return "TRWAGMYFPDXBNJZSQVHLCKE"[mod(digits, 23)] == s[len(s)-1]
}

// NIR checks the key of a French social security number.
func NIR(s string) bool {
	body := strings.NewReplacer("2A", "19", "2B", "18").Replace(s[:13])
	return len(body) == 13 && mod(s[13:], 1000) == 97-mod(body, 97)
}

// CPF checks the digits of a Brazilian taxpayer number.
func CPF(s string) bool {
	for n := 9; n <= 10; n++ {
		sum := 0
		for i := range n {
			sum += int(s[i]-'0') * (n + 1 - i)
		}
		if int(s[n]-'0') != sum*10%11%10 {
			return false
		}
	}
	return strings.Count(s, s[:1]) < len(s)
}

// EAN checks the last digit of a Swiss social security number.
func EAN(s string) bool {
	sum := 0
	for i := range s {
		sum += int(s[i]-'0') * (1 + 2*(i%2))
	}
	return sum%10 == 0
}

// SNILS checks the last two digits of a Russian pension number.
func SNILS(s string) bool {
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (9 - i)
	}
	return mod(s[9:], 1000) == sum%101%100
}

// mod returns the remainder of a number in digits.
func mod(digits string, n int) int {
	rest := 0
	for i := range len(digits) {
		rest = (rest*10 + int(digits[i]-'0')) % n
	}
	return rest
}
