package web_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/workloads/register"
)

const benchSpec = `stress: http/1
workload: register
url: http://127.0.0.1:${port}
operations:
  read:
    request: POST /registers/${key}
    body: {}
    output:
      value: $.value
  write:
    request: POST /registers/${key}
    body:
      value: ${new}
`

// BenchmarkClient is an operation of a client, from its input to its output, against a server that costs next to nothing.
func BenchmarkClient(b *testing.B) {
	path := filepath.Join(b.TempDir(), "register.yaml")
	require.NoError(b, os.WriteFile(path, []byte(benchSpec), 0o600))
	service, err := spec.Read(path)
	require.NoError(b, err)
	target := web.New(web.Config{
		Service: service, Strategy: service.Named[0], Port: canned(b), Params: map[string]any{"keys": 1},
	}, bridge.JSON[register.Input, register.Output]())
	require.NoError(b, target.Setup(context.Background()))
	c, err := target.Open(context.Background(), 0)
	require.NoError(b, err)
	defer func() { require.NoError(b, c.Close()) }()
	for name, in := range map[string]register.Input{"read": {Kind: register.Read}, "write": {Kind: register.Write, New: 12345}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Do(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// canned serves one answer to whatever comes, and gives its port.
func canned(b *testing.B) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func answer(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	const text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n" +
		"Date: Sat, 28 Nov 2026 15:49:57 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n{\"value\":1}"
	r := bufio.NewReader(conn)
	for {
		length := 0
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if n, found := strings.CutPrefix(line, "Content-Length: "); found {
				length, _ = strconv.Atoi(strings.TrimSpace(n))
			}
			if line == "\r\n" {
				break
			}
		}
		if _, err := io.CopyN(io.Discard, r, int64(length)); err != nil {
			return
		}
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}
