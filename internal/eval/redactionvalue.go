package eval

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"text/template"
)

// draw draws what values are made of.
type draw struct{ *rand.Rand }

// pickValue draws one of the elements of a list, which must not be empty.
func pickValue[T any](d *draw, from []T) T { return from[d.IntN(len(from))] }

// write writes a value.
func (v value) write(d *draw) string {
	var b strings.Builder
	if err := v.form.Funcs(d.funcs()).Execute(&b, nil); err != nil {
		panic(err) // it was written once when it was read
	}
	return b.String()
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// funcs are the functions that values are written with.
func (d *draw) funcs() template.FuncMap {
	of := func(alphabet string) any { return func(n int) string { return d.from(alphabet, n) } }
	return template.FuncMap{
		"digits":  of(digits),
		"hex":     of(digits + "abcdef"),
		"letters": of(letters),
		"base32":  of(upper + "234567"),
		"alnum":   of(letters + upper + digits),
		"mixed":   d.mixed,
		// A number of n digits without a leading zero.
		"number": func(n int) string { return d.from("123456789", 1) + d.from(digits, n-1) },
		// A number from lo to hi.
		"between": func(lo, hi int) int { return lo + d.IntN(hi-lo+1) },
		// An area code of North America.
		"area":   func() string { return d.from("2345", 1) + d.from("02346789", 2) },
		"pick":   func(from ...string) string { return pickValue(d, from) },
		"base64": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"iban":   iban,
		"card":   d.card,
		"pem":    d.pem,
	}
}

func (d *draw) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.IntN(len(alphabet))]
	}
	return string(b)
}

// mixed returns letters of both cases and at least one digit.
func (d *draw) mixed(n int) string {
	s := []byte(d.from(letters+upper+digits, n))
	s[0], s[n/2], s[n-1] = pickValue(d, []byte(letters)), pickValue(d, []byte(digits)), pickValue(d, []byte(upper))
	return string(s)
}

// iban returns an account number with its check digits, in groups unless group is 0.
func iban(country, account string, group int) string {
	rest := 0
	for _, r := range account + country + "00" {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return grouped(fmt.Sprintf("%s%02d%s", country, 98-rest, account), group, " ")
}

// card returns a number of n digits with the check digit that cards have.
func (d *draw) card(prefix string, n int, sep string) string {
	s := prefix + d.from(digits, n-len(prefix)-1)
	sum := 0
	for i := range s {
		v := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	s += fmt.Sprint((10 - sum%10) % 10)
	switch {
	case sep == "":
		return s
	case n == 15:
		return s[:4] + sep + s[4:10] + sep + s[10:]
	}
	return grouped(s, 4, sep)
}

func grouped(s string, n int, sep string) string {
	if n == 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%n == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (d *draw) pem(kind string, lines, width int) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + kind + "-----\n")
	for range lines {
		b.WriteString(d.from(letters+upper+digits, width) + "\n")
	}
	return b.String() + d.from(letters+upper+digits, width/3) + "==\n-----END " + kind + "-----"
}
