package file_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

// wallets is what a run of 50,000 operations leaves, in one batch.
func wallets() history.Batch[in, out] {
	r := history.NewRecorder[in, out]()
	var logs []*history.Log[in, out]
	for i := range 16 {
		logs = append(logs, r.Log(int32(i)))
	}
	for i := range 50_000 {
		l := logs[i%16]
		l.Begin(in{"deduct", i % 8, int64(i % 900)}, history.Main)
		l.End(out{int64(100_000 - i)}, history.OK, i%3/2)
	}
	var c history.Cursor[in, out]
	return r.Cut(&c)
}

// quick is in with a method that writes it without reflection.
type quick in

func (q quick) AppendJSON(to []byte) []byte {
	return fmt.Appendf(to, `{"op":%q,"wallet":%d,"amount":%d}`, q.Op, q.Wallet, q.Amount)
}

func names(b *testing.B, f func(b *testing.B, path string)) {
	for _, name := range []string{"plain.jsonl", "zst.jsonl.zst"} {
		b.Run(name, func(b *testing.B) { f(b, filepath.Join(b.TempDir(), name)) })
	}
}

func write(t require.TestingT, path string, batch history.Batch[in, out]) int64 {
	w, err := file.Create(path, info())
	require.NoError(t, err)
	require.NoError(t, file.WriteBatch(w, batch))
	require.NoError(t, w.End(batch.At))
	require.NoError(t, w.Close())
	stat, err := os.Stat(path)
	require.NoError(t, err)
	return stat.Size()
}

func BenchmarkWrite(b *testing.B) {
	names(b, func(b *testing.B, path string) {
		batch := wallets()
		var size int64
		for b.Loop() {
			size = write(b, path, batch)
			os.Remove(path)
		}
		report(b, len(batch.Done), size)
	})
}

// BenchmarkEncode leaves out the disk and its fsync.
func BenchmarkEncode(b *testing.B) {
	batch := wallets()
	for b.Loop() {
		w, err := file.NewWriter(io.Discard, info())
		require.NoError(b, err)
		require.NoError(b, file.WriteBatch(w, batch))
		require.NoError(b, w.Close())
	}
	report(b, len(batch.Done), 0)
}

func BenchmarkRead(b *testing.B) {
	names(b, func(b *testing.B, path string) {
		batch := wallets()
		size := write(b, path, batch)
		for b.Loop() {
			h, err := file.Read[in, out](path)
			require.NoError(b, err)
			require.Len(b, h.Ops, len(batch.Done))
		}
		report(b, len(batch.Done), size)
	})
}

func report(b *testing.B, ops int, size int64) {
	b.ReportAllocs()
	b.ReportMetric(float64(ops*b.N)/b.Elapsed().Seconds(), "ops/s")
	if size > 0 {
		b.ReportMetric(float64(size)/float64(ops), "B-on-disk/op")
	}
}
