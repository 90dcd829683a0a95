package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMaskHidesPasswords(t *testing.T) {
	const secret = "s3cr3t"
	for _, dsn := range []string{
		"postgres://me:s3cr3t@db:5432/test?sslmode=disable",
		"postgres://db/test?user=me&password=s3cr3t&sslmode=disable",
		"host=db user=me password=s3cr3t dbname=test",
		"host=db password = 's3cr3t with \\' spaces' dbname=test",
		"me:s3cr3t@tcp(127.0.0.1:3306)/test",
		"me:a@b:s3cr3t@unix(/run/mysqld.sock)/test",
		"mysql://me:s3cr3t@db:3306/test",
		"postgres://db/test?sslmode=disable&sslpassword=s3cr3t",
		"redis://:s3cr3t@db:6379/0",
		"rediss://me:s3cr3t@db:6379/0",
		"redis://me:s3cr3t@[::1",
		"postgres://me:s3cr3t@db:5432/test redis://:s3cr3t@db:6379/0",
		"host=db user=me password=s3cr3t redis://:s3cr3t@db:6379/0",
		"me:s3cr3t@tcp(127.0.0.1:3306)/test redis://db:6379/0",
		"postgres://db/test redis://:s3cr3t@db:6379/0",
	} {
		masked := mask(dsn)
		assert.NotContains(t, masked, secret, dsn)
		assert.Contains(t, masked, "xxxxx", dsn)
	}
	for _, dsn := range []string{"", "file.db", "postgres://db/test", "root@tcp(127.0.0.1:3306)/test", "postgres://db redis://db"} {
		assert.Equal(t, dsn, mask(dsn))
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "500": 500, "0.5": 0.5, "50/1s": 50, "50/s": 50, "50/100ms": 500, "120/m": 2,
	} {
		got, err := parseRate(text)
		require.NoError(t, err, text)
		assert.InDelta(t, want, got, 1e-9, text)
	}
	for _, text := range []string{"", "-1", "fast", "NaN", "1e99", "5/", "5/0s", "5/never", "/s"} {
		_, err := parseRate(text)
		assert.ErrorAs(t, err, new(usageError), text)
		assert.False(t, err != nil && strings.Contains(err.Error(), "\n"), "more than one line: %v", err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"read-modify-write", "atomic", "row-lock", "optimistic"}
	for wrong, want := range map[string]string{
		"read-modfy-write": "read-modify-write", "Atomic": "atomic", "rowlock": "row-lock", "opt": "optimistic", "x": "",
		"something-else": "",
	} {
		assert.Equal(t, want, nearest(wrong, names), wrong)
	}
}
