package web_test

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/web"
)

// part is what a server has of a request that it has not answered yet.
type part struct {
	got, most int // bytes that have come, and those that are sent at once if nobody waits
	conn      net.Conn
}

// firstPart is more than what is sent at once of any request here, in bytes.
const firstPart = 1 << 20

// lengthOf gives how long a request is of which all has come but perhaps its last byte; 0 if there is less of it.
func lengthOf(request []byte) int {
	headers, _, found := bytes.Cut(request, []byte("\r\n\r"))
	if !found {
		return 0
	}
	length := 0
	for line := range strings.Lines(string(headers)) {
		if n, found := strings.CutPrefix(line, "Content-Length: "); found {
			length, _ = strconv.Atoi(strings.TrimSpace(n))
		}
	}
	return len(headers) + len("\r\n\r\n") + length
}

// serveParts starts a server that tells how much it has of each request when it has all but one byte of the first part, or
// more, and answers when it has all.
func serveParts(t *testing.T) (url string, parts <-chan part) {
	t.Helper()
	told := make(chan part, 100)
	return accept(t, func(c net.Conn) {
		var have []byte
		said, buffer := false, make([]byte, 1<<20)
		for {
			n, err := c.Read(buffer)
			if err != nil {
				return
			}
			have = append(have, buffer[:n]...)
			length := lengthOf(have)
			most := firstPart
			if length > 0 {
				most = min(most, length)
			}
			if !said && len(have) >= most-1 {
				told <- part{len(have), most, c}
				said = true
			}
			if length > 0 && len(have) == length {
				say(c, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":1}")
				have, said = nil, false
			}
		}
	}), told
}

// TestTheLastByteIsHeldBack holds that a service has all of a request but its last byte until all clients have come so far, of
// a large one as well, and that who leaves is not waited for.
func TestTheLastByteIsHeldBack(t *testing.T) {
	for name, more := range map[string]string{
		"small": "", "large": `headers: {x-large: "` + strings.Repeat("x", 200_000) + `"}` + "\n",
	} {
		for _, op := range []in{add, read} {
			for _, leaves := range []bool{false, true} {
				t.Run(strings.Join([]string{name, op.Kind.String(), strconv.FormatBool(leaves)}, " "), func(t *testing.T) {
					url, parts := serveParts(t)
					together := web.NewTogether(patient)
					w := setUp(t, target(describe(t, url, more), together))
					last, err := w.Open(t.Context(), 2)
					require.NoError(t, err)
					closed := false
					t.Cleanup(func() {
						if !closed {
							require.NoError(t, last.Close())
						}
					})
					var done []<-chan error
					for i := range 2 {
						done = append(done, background(t, client(t, w, i), op))
						p := <-parts
						require.Equal(t, p.most-1, p.got)
					}
					if leaves {
						closed = true
						require.NoError(t, last.Close())
					} else {
						done = append(done, background(t, last, op))
					}
					for _, d := range done {
						require.NoError(t, <-d)
					}
					require.EqualValues(t, 1, together.Spread().Rounds)
				})
			}
		}
	}
}

// TestWhatComesBeforeARequestIsWhole holds that it is not taken for its answer, as of an earlier request that was answered twice.
func TestWhatComesBeforeARequestIsWhole(t *testing.T) {
	url, parts := serveParts(t)
	_, clients := gather(t, url, "", 2, patient)
	first := background(t, clients[0], add)
	say((<-parts).conn, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":6}")
	other := background(t, clients[1], add)
	err := <-first
	require.Equal(t, history.Unknown, outcome(err))
	require.ErrorContains(t, err, "before the request was whole")
	require.NoError(t, <-other)
	for _, d := range []<-chan error{background(t, clients[0], add), background(t, clients[1], add)} {
		require.NoError(t, <-d, "the next round is as if nothing had been")
	}
}

// TestAConnectionThatBreaksMeanwhile holds that one whose connection breaks while it waits holds nobody up, and that nobody knows
// what came of its own request.
func TestAConnectionThatBreaksMeanwhile(t *testing.T) {
	url, parts := serveParts(t)
	_, clients := gather(t, url, "", 2, patient)
	broken := background(t, clients[0], add)
	require.NoError(t, (<-parts).conn.Close())
	other := background(t, clients[1], add)
	require.NoError(t, <-other)
	require.Equal(t, history.Unknown, outcome(<-broken))
	all := []harness.Client[in, out]{clients[0], clients[1]}
	for _, d := range []<-chan error{background(t, all[0], add), background(t, all[1], add)} {
		require.NoError(t, <-d, "the next round is as if nothing had been")
	}
}
