package strategy_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/strategy"
)

func TestAddresses(t *testing.T) {
	for dsn, want := range map[string][2]string{
		"":                   {"", ""},
		" one ":              {"", "one"},
		"one two":            {"one", "two"},
		"  one \t two\n":     {"one", "two"},
		"host=a user=b  two": {"host=a user=b", "two"},
	} {
		first, last := strategy.Addresses(dsn)
		require.Equal(t, want, [2]string{first, last}, "%q", dsn)
	}
}

func TestBoth(t *testing.T) {
	for _, dsn := range []string{"", "one", "one two three"} {
		two, err := strategy.Both(dsn, func(string) error { panic("not asked") })
		require.NoError(t, err)
		require.False(t, two)
	}
	var asked []string
	two, err := strategy.Both("one\ttwo", func(s string) error { asked = append(asked, s); return nil })
	require.NoError(t, err)
	require.True(t, two)
	require.Equal(t, []string{"one", "two"}, asked)
	_, err = strategy.Both("one two", func(s string) error { return errors.New(s + " is wrong") })
	require.EqualError(t, err, "one is wrong")
}
