package proxy_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkThrough is what a proxy that holds nothing costs: a round trip of 100 bytes, and a megabyte there and back.
func BenchmarkThrough(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"100B", 100}, {"1MB", 1 << 20}} {
		for name, address := range map[string]func(b *testing.B) string{
			"direct":  func(b *testing.B) string { b.Helper(); return serve(b, echo) },
			"through": func(b *testing.B) string { b.Helper(); return start(b, serve(b, echo), nil).Addr() },
		} {
			b.Run(size.name+"/"+name, func(b *testing.B) {
				conn := dial(b, address(b))
				out, in := make([]byte, size.bytes), make([]byte, size.bytes)
				b.SetBytes(int64(size.bytes))
				for b.Loop() {
					go func() { _, _ = conn.Write(out) }()
					_, err := io.ReadFull(conn, in)
					require.NoError(b, err)
				}
				require.NoError(b, conn.Close())
			})
		}
	}
}
