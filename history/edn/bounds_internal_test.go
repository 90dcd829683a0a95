package edn

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneFormIsBounded(t *testing.T) {
	small := func(text string) error {
		r := NewReader(strings.NewReader(text))
		r.bytes, r.items = 100, 10
		for range 3 { // each form has the whole room
			if _, err := r.Next(); err != nil {
				return err
			}
		}
		return nil
	}
	form := "[1 2 3 4 5 6 7 8 9]\n"
	require.NoError(t, small("{} "+form+form))
	require.ErrorContains(t, small("{} [1 "+form), "the form that begins on line 1 has more than 10 values")
	long := strings.Repeat("a", 98)
	require.NoError(t, small("{} :"+long+" :"+long))
	require.ErrorContains(t, small("{}\n:aaa"+long), "the form that begins on line 2 is longer than 100 bytes")
	require.ErrorContains(t, small("{} \"aaa"+long+"\""), "longer than 100 bytes")
}
