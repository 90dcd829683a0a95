package web_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
)

// TestConnectionsThatCloseWhileIdle holds that the next operation is made on a new connection, and that what came unasked
// for before that, such as that the service waited too long, is not taken for its answer.
func TestConnectionsThatCloseWhileIdle(t *testing.T) {
	for name, last := range map[string]string{
		"nothing": "", "a timeout": "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
		"an answer": strings.Replace(whole, "5", "6", 1), "garbage": "bye\r\n",
	} {
		for _, op := range []in{add, read} {
			t.Run(fmt.Sprint(name, " ", op.Kind), func(t *testing.T) {
				idle, closed := make(chan struct{}), make(chan error)
				s := serveRaw(t, func(_ int, _ *http.Request, c net.Conn) bool {
					say(c, whole)
					<-idle
					say(c, "%s", last)
					// With this, Close returns when the other end has taken all, the end too.
					_ = c.(*net.TCPConn).SetLinger(5)
					closed <- c.Close()
					return false
				})
				c := client(t, ready(t, s.url, ""), 0)
				for i := range 5 {
					o, err := c.Do(t.Context(), op)
					require.NoError(t, err)
					require.EqualValues(t, 5, o.Value)
					require.Equal(t, i+1, s.count(http.MethodPost)+s.count(http.MethodGet), "each was sent once")
					idle <- struct{}{}
					require.NoError(t, <-closed)
				}
			})
		}
	}
}

// TestSurplusAnswers holds that what follows an answer is never taken for that of the next request, which is made on a new
// connection. Some of the answers fill what a client may have read at once, so that the rest is with the system.
func TestSurplusAnswers(t *testing.T) {
	const surplus = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":6}"
	for _, size := range []int{0, 512, 1024, 2048, 4096, 8192, 16384, 32768} {
		for name, more := range map[string]string{"an answer": surplus, "a byte": "x", "a line": "\r\n"} {
			t.Run(fmt.Sprint(name, " after ", size), func(t *testing.T) {
				s := serveRaw(t, func(n int, r *http.Request, c net.Conn) bool {
					if r.Method == http.MethodPost {
						return say(c, "%s%s", filled(size), more)
					}
					return say(c, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":%d}", n)
				})
				require.True(t, size == 0 || len(filled(size)) == size)
				c := client(t, ready(t, s.url, ""), 0)
				for range 3 {
					o, err := c.Do(t.Context(), add)
					require.NoError(t, err)
					require.EqualValues(t, 5, o.Value)
					o, err = c.Do(t.Context(), read)
					require.NoError(t, err)
					require.Zero(t, o.Value, "it is the first request of its connection")
				}
				require.Equal(t, 3, s.count(http.MethodPost))
				require.Equal(t, 3, s.count(http.MethodGet))
			})
		}
	}
}

// filled is an answer of so many bytes, or a bit more than none.
func filled(size int) string {
	const body = `{"value":5}`
	answer := func(n int) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s", n+len(body), body, strings.Repeat(" ", n))
	}
	spaces := max(0, size-len(answer(0)))
	for spaces > 0 && len(answer(spaces)) > size { // its length has more digits now
		spaces--
	}
	return answer(spaces)
}

// TestEndlessAnswers holds that what never ends is given up, and that the next operation is as if it had not been.
func TestEndlessAnswers(t *testing.T) {
	long := strings.Repeat("x", 1<<15)
	for name, c := range map[string]struct{ begin, again string }{
		"a status line":  {"HTTP/1.1 200 ", long},
		"headers":        {"HTTP/1.1 200 OK\r\n", "X: " + long + "\r\n"},
		"hints":          {"", "HTTP/1.1 103 Early Hints\r\nX: " + long + "\r\n\r\n"},
		"a body":         {"HTTP/1.1 200 OK\r\n\r\n{\"value\":5}", strings.ReplaceAll(long, "x", " ")},
		"chunks":         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "8000\r\n" + long + "\r\n"},
		"a chunk's size": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", long},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveRaw(t, func(_ int, r *http.Request, conn net.Conn) bool {
				if r.Method == http.MethodGet {
					return say(conn, whole)
				}
				for alive := say(conn, "%s", c.begin); alive; {
					alive = say(conn, "%s", c.again)
				}
				return false
			})
			cl := client(t, ready(t, s.url, ""), 0)
			_, err := cl.Do(t.Context(), add)
			require.Equal(t, history.Unknown, outcome(err), "%v", err)
			o, err := cl.Do(t.Context(), read)
			require.NoError(t, err)
			require.EqualValues(t, 5, o.Value)
			require.Equal(t, 1, s.count(http.MethodPost))
		})
	}
}
