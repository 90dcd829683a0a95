package conn

import (
	"context"
	"runtime/debug"
	"strings"

	"github.com/redis/go-redis/v9"
)

// serverVersion asks a server what it is. A server that won't tell is no reason not to test it.
func serverVersion(ctx context.Context, c *Conn) string {
	info, _, err := RoundTrip(ctx, c, func(ctx context.Context, client *redis.Client) (string, error) {
		return client.Info(ctx, "server").Result()
	})
	if err != nil {
		return "Redis (version not told)"
	}
	for _, kind := range [...][2]string{
		// The order matters: what is compatible with Redis also tells with which version of it.
		{"valkey_version", "Valkey"}, {"dragonfly_version", "Dragonfly"}, {"redis_version", "Redis"},
	} {
		if v := field(info, kind[0]); v != "" {
			return kind[1] + " " + v
		}
	}
	return "Redis (version not told)"
}

func field(info, name string) string {
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// embeddedVersion is the version of the server in this process.
func embeddedVersion() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, m := range build.Deps {
			if m.Path == "github.com/alicebob/miniredis/v2" {
				return "miniredis " + strings.TrimPrefix(m.Version, "v") + " (in this process)"
			}
		}
	}
	return "miniredis (in this process)"
}
