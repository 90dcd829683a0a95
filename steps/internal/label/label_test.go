package label

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSQL(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1":                              "SELECT 1",
		"\n\tSELECT balance\n\t  FROM wallet\n": "SELECT balance FROM wallet",
		"SELECT balance FROM wallet WHERE id = $1 FOR UPDATE":           "SELECT balance FROM wallet WHERE id = $1…",
		"SELECT balance FROM wallet WHERE number = $1":                  "SELECT balance FROM wallet WHERE number…",
		"-- name: Balance :one\n# more\n/* and\nmore */ SELECT balance": "SELECT balance",
		"-- ping":                             "empty statement",
		"/* never ends":                       "empty statement",
		"":                                    "empty statement",
		" ; ":                                 ";",
		"SET PASSWORD = 'x'":                  "SET PASSWORD = '…'",
		"SELECT 'it''s', 2":                   "SELECT '…''…', 2",
		`SELECT 'a\'secret'`:                  "SELECT '…'",
		`SELECT '\' secret`:                   "SELECT '…",
		"SELECT 'secret":                      "SELECT '…",
		`SELECT "id" FROM "user"`:             `SELECT "id" FROM "user"`,
		strings.Repeat("x", 41):               strings.Repeat("x", 40) + "…",
		strings.Repeat("ä", 40):               strings.Repeat("ä", 40),
		"a " + strings.Repeat("x", 40):        "a " + strings.Repeat("x", 38) + "…",
		"SELECT\x00\xff1":                     "SELECT 1",
		"SELECT '" + strings.Repeat("x", 1e6): "SELECT '…",
	} {
		assert.Equal(t, want, SQL(query), query[:min(len(query), 100)])
	}
}

func TestWords(t *testing.T) {
	assert.Equal(t, "get it's", Words(" get\r\n it's "))
	assert.Empty(t, Words(" \n"))
}

// FuzzSQL holds every label to one short line.
func FuzzSQL(f *testing.F) {
	f.Add("SELECT 'a' FROM b")
	f.Fuzz(func(t *testing.T, query string) {
		for _, l := range []string{SQL(query), Words(query)} {
			assert.LessOrEqual(t, len([]rune(l)), Limit+1)
			assert.NotContains(t, l, "\n")
			assert.Equal(t, strings.TrimSpace(l), l)
		}
	})
}
