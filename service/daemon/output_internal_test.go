package daemon

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLastLines(t *testing.T) {
	long, y := strings.Repeat("x", lastBytes), strings.Repeat("y", 999)
	for name, c := range map[string]struct {
		writes []string
		want   []string
	}{
		"nothing":              {nil, nil},
		"only ends":            {[]string{"\n\r\n"}, nil},
		"a line without end":   {[]string{"a\nb", "c"}, []string{"a", "bc"}},
		"empty lines between":  {[]string{"a\n\nb\n"}, []string{"a", "", "b"}},
		"twenty":               {[]string{"first\n" + strings.Repeat("a\n", 20)}, slices.Repeat([]string{"a"}, 20)},
		"a line that is cut":   {[]string{"first\n" + long + "\nlast\n"}, []string{"last"}},
		"a line that is long":  {[]string{long, long, "end"}, []string{"…" + long[3:] + "end"}},
		"many writes":          {strings.SplitAfter(strings.Repeat(y+"\n", 50), "y"), []string{y, y, y, y}},
		"a carriage back":      {[]string{"10%\r20%\n"}, []string{`10%\r20%`}},
		"the replacement rune": {[]string{"\ufffd"}, []string{"\ufffd"}},
		"what is no text": {
			[]string{"\x1b[31mred\x1b[0m\ta\\b \"q\" é\xff \u202e\r\n"},
			[]string{`\x1b[31mred\x1b[0m` + "\t" + `a\b "q" é\xff \u202e`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var last tail
			for _, w := range c.writes {
				n, err := last.Write([]byte(w))
				require.NoError(t, err)
				require.Equal(t, len(w), n)
			}
			require.Equal(t, c.want, last.lines())
			require.LessOrEqual(t, cap(last.end), 4*lastBytes, "memory")
		})
	}
}

// TestTheLogHasABound holds that the log has the first part of what a service writes, and says that there was more.
func TestTheLogHasABound(t *testing.T) {
	for more, end := range map[int64]string{0: "", 1: logEnd, 1 << 20: logEnd} {
		log, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		require.NoError(t, drain(io.LimitReader(zeros{}, mostLog+more), &tail{}, log))
		info, err := os.Stat(log.Name())
		require.NoError(t, err)
		require.EqualValues(t, mostLog+len(end), info.Size())
		content, err := os.ReadFile(log.Name())
		require.NoError(t, err)
		require.True(t, bytes.HasSuffix(content, []byte(end)))
	}
}

// zeros are without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{'0'}, len(p))), nil }
