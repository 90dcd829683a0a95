package conn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

// TestCloseDeletesWhatIsOwned makes keys of several types and kinds, and one that the store doesn't own.
func TestCloseDeletesWhatIsOwned(t *testing.T) {
	conntest.EachAddress(t, func(t *testing.T, dsn string) {
		c, b := conntest.Bystander(t, dsn), conn.NewBase(dsn)
		require.NoError(t, b.Begin(t.Context()))
		names := b.Names()
		require.NoError(t, b.Create(t.Context(), names.Keys("number", 700), make([]int64, 700)))
		b.Own(names.Single("list"), names.Key("hash", 7), names.Key("hash", 8))
		require.NoError(t, c.RPush(t.Context(), names.Single("list"), 1).Err())
		require.NoError(t, c.HSet(t.Context(), names.Key("hash", 7), "a", 1).Err())
		require.NoError(t, c.Set(t.Context(), names.Single("theirs"), 1, 0).Err())
		require.Len(t, conntest.KeysLike(t, c, names.Prefix()+"*"), 703)

		over, err := b.Control(t.Context())
		require.NoError(t, err)
		got, err := conn.Values(t.Context(), over, "read all", names.Keys("number", 2))
		require.NoError(t, err)
		require.Equal(t, []int64{0, 0}, got)

		require.NoError(t, b.Close(t.Context()))
		require.Equal(t, []string{names.Single("theirs")}, conntest.KeysLike(t, c, names.Prefix()+"*"))
		require.NoError(t, c.Del(t.Context(), names.Single("theirs")).Err())
	})
}
