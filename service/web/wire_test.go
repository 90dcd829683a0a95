package web_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
)

// bare are operations whose answers need no body.
const bare = `
operations:
  add:
    request: POST /counters/${key}
    body: {delta: "${delta}"}
    answers:
      304: ok
      409: failed
  read:
    request: HEAD /counters/${key}
    output: {value: '${int(headers["x-value"])}'}
`

const (
	whole = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":5}"
	// head is a whole answer to HEAD.
	head = "HTTP/1.1 200 OK\r\nX-Value: 5\r\nContent-Length: 11\r\n\r\n"
)

// TestAnswersOnTheWire holds what comes of an answer as its bytes are, whether its connection is used again, and that each
// request is sent once.
func TestAnswersOnTheWire(t *testing.T) {
	const (
		kept, ended     = true, false
		ok, failed      = history.OK, history.Failed
		unknown         = history.Unknown
		open, shut      = false, true
		chunks          = "Transfer-Encoding: chunked\r\n"
		chunked         = "HTTP/1.1 200 OK\r\n" + chunks + "\r\n"
		fives           = "5\r\n{\"val\r\n6\r\nue\":5}\r\n"
		switchProtocols = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"
	)
	for name, c := range map[string]struct {
		ops     string
		op      in
		answer  string
		closes  bool // the service does, after the answer
		outcome history.Outcome
		kept    bool
	}{
		"whole":                 {operations, add, whole, open, ok, kept},
		"100 Continue":          {operations, add, "HTTP/1.1 100 Continue\r\n\r\n" + whole, open, ok, kept},
		"103 Early Hints":       {operations, add, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + whole, open, ok, kept},
		"several before it":     {operations, add, strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 9) + whole, open, ok, kept},
		"nothing after 100":     {operations, add, "HTTP/1.1 100 Continue\r\n\r\n", shut, unknown, ended},
		"101":                   {operations, add, switchProtocols, open, unknown, ended},
		"101 and more":          {operations, add, switchProtocols + whole, open, unknown, ended},
		"HEAD":                  {bare, read, head, open, ok, kept},
		"HEAD in chunks":        {bare, read, "HTTP/1.1 200 OK\r\nX-Value: 5\r\n" + chunks + "\r\n", open, ok, kept},
		"204":                   {bare, add, "HTTP/1.1 204 No Content\r\n\r\n", open, ok, kept},
		"204 without the value": {operations, add, "HTTP/1.1 204 No Content\r\n\r\n", open, unknown, kept},
		"304":                   {bare, add, "HTTP/1.1 304 Not Modified\r\nContent-Length: 11\r\n\r\n", open, ok, kept},
		"empty":                 {bare, add, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", open, ok, kept},
		"empty without value":   {operations, add, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", open, unknown, kept},
		"refused":               {operations, add, "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n", open, failed, kept},
		"chunks":                {operations, add, chunked + fives + "0\r\n\r\n", open, ok, kept},
		"chunks and a trailer":  {operations, add, chunked + fives + "0\r\nX: y\r\n\r\n", open, ok, kept},
		"chunks without an end": {operations, add, chunked + fives, shut, unknown, ended},
		"wrong chunks":          {operations, add, chunked + "x\r\n{\"value\":5}", open, unknown, ended},
		"no reason":             {operations, add, "HTTP/1.1 200\r\nContent-Length: 11\r\n\r\n{\"value\":5}", open, ok, kept},
		"until the end":         {operations, add, "HTTP/1.1 200 OK\r\n\r\n{\"value\":5}", shut, ok, ended},
		"HTTP/1.0":              {operations, add, "HTTP/1.0 200 OK\r\n\r\n{\"value\":5}", shut, ok, ended},
		"HTTP/1.0 and a length": {operations, add, "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":5}", open, ok, ended},
		"HTTP/1.0, kept": {operations, add,
			"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 11\r\n\r\n{\"value\":5}", open, ok, kept},
		"the last": {operations, add,
			"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{\"value\":5}", open, ok, ended},
		"refused, and the last": {operations, add,
			"HTTP/1.1 409 Conflict\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", shut, failed, ended},
		"cut off": {operations, add, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"value\":5}", shut, unknown, ended},
		"refused, cut off": {operations, add, "HTTP/1.1 409 Conflict\r\nContent-Length: 12\r\n\r\n{\"value\":5}", shut, unknown,
			ended},
		"no HTTP":      {operations, add, "SSH-2.0-OpenSSH_9.9\r\n", open, unknown, ended},
		"no status":    {operations, add, "HTTP/1.1 OK\r\n\r\n", open, unknown, ended},
		"wrong header": {operations, add, "HTTP/1.1 200 OK\r\nno header\r\n\r\n", open, unknown, ended},
		"two lengths": {operations, add, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 10\r\n\r\n{\"value\":5}", open,
			unknown, ended},
		"nothing": {operations, add, "", shut, unknown, ended},
	} {
		t.Run(name, func(t *testing.T) {
			var first atomic.Bool
			s := serveRaw(t, func(n int, r *http.Request, conn net.Conn) bool {
				if first.CompareAndSwap(false, true) {
					return say(conn, "%s", c.answer) && !c.closes
				}
				// What it answers is which request of its connection it is, from 0.
				if r.Method == http.MethodHead {
					return say(conn, "HTTP/1.1 200 OK\r\nX-Value: %d\r\nContent-Length: 11\r\n\r\n", n)
				}
				return say(conn, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":%d}", n)
			})
			cl := client(t, setUp(t, target(parse(t, "counter", s.url, c.ops), nil)), 0)
			o, err := cl.Do(t.Context(), c.op)
			require.Equal(t, c.outcome, outcome(err), "%v", err)
			if c.outcome == ok && (c.ops == operations || c.op == read) {
				require.EqualValues(t, 5, o.Value)
			}
			o, err = cl.Do(t.Context(), read)
			require.NoError(t, err, "the next is as if nothing had been")
			require.Equal(t, c.kept, o.Value == 1, "on the same connection")
			sent := map[string]int{http.MethodPost: 1, http.MethodGet: 1}
			if c.ops == bare {
				sent = map[string]int{http.MethodPost: 1, http.MethodHead: 1}
			}
			if c.op == read {
				sent = map[string]int{http.MethodHead: 2}
			}
			for method, n := range sent {
				require.Equal(t, n, s.count(method), method)
			}
		})
	}
}

// TestEarlyAnswers holds that an answer counts that comes before the service has all of the request, also if it then closes.
func TestEarlyAnswers(t *testing.T) {
	const refused = "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"
	// More than the system takes of what nobody reads.
	large := `more: "` + strings.Repeat("${repeat('x', 900_000)}", 16) + `"`
	more := strings.Replace(operations, `client: "${client}"`, large, 1)
	for name, closes := range map[string]bool{"and reads the rest": false, "and closes": true} {
		t.Run(name, func(t *testing.T) {
			var posts, conns atomic.Int32
			url := accept(t, func(c net.Conn) {
				for in, n := bufio.NewReader(c), 0; ; n++ {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					if n == 0 {
						conns.Add(1)
					}
					if r.Method == http.MethodGet {
						say(c, whole)
						continue
					}
					posts.Add(1)
					if say(c, refused); closes {
						return
					}
					_ = r.Body.Close() // which reads it
				}
			})
			c := client(t, setUp(t, target(parse(t, "counter", url, more), nil)), 0)
			_, err := c.Do(t.Context(), add)
			require.Equal(t, history.Failed, outcome(err), "%v", err)
			o, err := c.Do(t.Context(), read)
			require.NoError(t, err)
			require.EqualValues(t, 5, o.Value)
			require.EqualValues(t, 1, posts.Load())
			require.Equal(t, map[bool]int32{false: 1, true: 2}[closes], conns.Load())
		})
	}
}
