package digits

import "strings"

// Card reports whether digits are those of a card: a known brand's length and first
// digits, and the Luhn check.
func Card(ds string) bool {
	if !cardBrand(ds) {
		return false
	}
	sum := 0
	for i := range len(ds) {
		d := int(ds[len(ds)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// cardBrand reports whether a card brand issues numbers of this length that begin like
// this.
func cardBrand(ds string) bool {
	if len(ds) < 13 || len(ds) > 19 {
		return false
	}
	two, four := ds[:2], ds[:4]
	switch {
	case ds[0] == '4':
		return len(ds) == 13 || len(ds) == 16 || len(ds) == 19
	case two >= "51" && two <= "55", four >= "2221" && four <= "2720":
		return len(ds) == 16
	case two == "34", two == "37":
		return len(ds) == 15
	case two == "36", two == "38", two == "30":
		return len(ds) == 14
	case four == "6011", two == "65", two == "62", two == "35", ds[:3] >= "644" && ds[:3] <= "649":
		return len(ds) >= 16
	}
	return two == "50" || two >= "56" && two <= "69"
}

// IBANLengths holds the registered lengths of account numbers by country.
var IBANLengths = func() map[string]int {
	m := map[string]int{}
	for n, list := range map[int]string{
		15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
		22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
		25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
		29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
	} {
		for c := range strings.FieldsSeq(list) {
			m[c] = n
		}
	}
	return m
}()

// IBAN reports whether an account number, in capitals and without spaces, passes the
// ISO 7064 mod 97 check.
func IBAN(s string) bool {
	rest := 0
	for i := range len(s) {
		switch c := s[(i+4)%len(s)]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}
