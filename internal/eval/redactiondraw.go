package eval

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

// draw draws what values are made of.
type draw struct{ *rand.Rand }

func (d *draw) n(n int) int { return d.IntN(n) }

func (d *draw) pick(from ...string) string { return from[d.IntN(len(from))] }

func (d *draw) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.IntN(len(alphabet))]
	}
	return string(b)
}

func (d *draw) digits(n int) string { return d.from("0123456789", n) }

// digits1 gives a number without a leading zero.
func (d *draw) digits1(n int) string { return d.from("123456789", 1) + d.digits(n-1) }

func (d *draw) area() string { return d.from("2345", 1) + d.from("02346789", 2) }

func (d *draw) hex(n int) string { return d.from("0123456789abcdef", n) }

func (d *draw) letters(n int) string { return d.from("abcdefghijklmnopqrstuvwxyz", n) }

func (d *draw) base32(n int) string { return d.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", n) }

func (d *draw) alnum(n int) string {
	return d.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", n)
}

// mixed gives letters of both cases and at least one digit.
func (d *draw) mixed(n int) string {
	s := []byte(d.alnum(n))
	s[0], s[n/2], s[n-1] = 'a'+byte(d.n(26)), '0'+byte(d.n(10)), 'A'+byte(d.n(26))
	return string(s)
}

// iban gives an account number with its check digits, in groups when asked.
func (d *draw) iban(country, account string, group int) string {
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

// card gives a number that passes the check that cards have.
func (d *draw) card(prefix string, n int, sep string) string {
	s := prefix + d.digits(n-len(prefix)-1)
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
	s += string(rune('0' + (10-sum%10)%10))
	if sep == "" {
		return s
	}
	if n == 15 {
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

func (d *draw) jwt() string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"`+d.digits(8)+`","iat":1700000000}`) + "." + d.alnum(43)
}

func (d *draw) pem(kind string, lines, width int) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + kind + "-----\n")
	for range lines {
		b.WriteString(d.alnum(width) + "\n")
	}
	return b.String() + d.alnum(width/3) + "==\n-----END " + kind + "-----"
}

// recovery gives eight groups of six digits.
func (d *draw) recovery() string {
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = d.digits(6)
	}
	return strings.Join(groups, "-")
}

func fmtIP(a, b, c, d int) string { return fmt.Sprintf("%d.%d.%d.%d", a, b, c, d) }
