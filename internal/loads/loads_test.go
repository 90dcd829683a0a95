package loads

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/history"
)

// What is compared over the years must be the same each time.
func TestTheSameArgumentsGiveTheSameHistory(t *testing.T) {
	first, firstStore := CompareAndSet().Load(1, 5, 500, 0.1), Store(7, CompareAndSet()).Load(1, 5, 500, 0)
	assert.Equal(t, first, CompareAndSet().Load(1, 5, 500, 0.1))
	assert.Equal(t, firstStore, Store(7, CompareAndSet()).Load(1, 5, 500, 0))
	assert.NotEqual(t, Queue().Load(1, 5, 500, 0), Queue().Load(2, 5, 500, 0))
}

func TestCompareAndSetsSucceedAndFail(t *testing.T) {
	found := map[bool]int{}
	for _, op := range CompareAndSet().Load(1, 5, 3000, 0).Ops {
		if op.Input.Kind == 'c' {
			found[op.Output.OK]++
		}
	}
	assert.Greater(t, found[true], 300)
	assert.Greater(t, found[false], 300)
}

func TestQueueStaysShort(t *testing.T) {
	inside, most := 0, 0
	h := Queue().Load(1, 1, 3000, 0)
	for _, op := range h.Ops {
		if op.Input.In {
			inside++
		} else if op.Output.OK {
			inside--
		}
		most = max(most, inside)
	}
	assert.Greater(t, most, 10)
	assert.LessOrEqual(t, most, 32)
}

func TestSubjectsAreLegal(t *testing.T) {
	for _, s := range Subjects() {
		t.Run(s.Name, func(t *testing.T) {
			part := s.Load(2000, 10)
			assert.Len(t, part.Ops, 2000)
			assert.Equal(t, monitor.Legal, s.Check(part).Status)
		})
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestEtcdLog(t *testing.T) {
	h, err := Etcd(write(t, "etcd.log", `INFO  jepsen.core - noise
INFO  jepsen.util - 0	:invoke	:read	nil
INFO  jepsen.util - 1	:invoke	:cas	[0 4]
INFO  jepsen.util - 0	:ok	:read	nil
INFO  jepsen.util - 2	:invoke	:write	3
INFO  jepsen.util - 1	:fail	:cas	[0 4]
INFO  jepsen.util - 2	:info	:write	:timed-out
`))
	require.NoError(t, err)
	assert.Equal(t, []history.Op[Put, Got]{
		{Client: 0, Call: 1, Return: 3, Input: Put{Kind: 'r'}, Output: Got{Value: Absent}},
		{Client: 1, Call: 2, Return: 5, Input: Put{Kind: 'c', Old: 0, To: 4}},
		{Client: 2, Call: 4, Return: history.Never, Outcome: history.Unknown, Input: Put{Kind: 'w', To: 3}},
	}, h.Ops)
	_, err = Etcd(write(t, "bad.log", "INFO  jepsen.util - 0\t:invoke\t:write\tx\n"))
	require.ErrorContains(t, err, "bad.log:1: ")
}

func TestTextsLog(t *testing.T) {
	h, err := Texts(write(t, "kv.txt", `{:process 4, :type :invoke, :f :append, :key "1", :value "x"}
{:process 4, :type :ok, :f :append, :key "1", :value "x"}
{:process 5, :type :invoke, :f :get, :key "1", :value nil}
{:process 5, :type :ok, :f :get, :key "1", :value "x"}
`))
	require.NoError(t, err)
	assert.Equal(t, []history.Op[Text, string]{
		{Client: 4, Call: 1, Return: 2, Input: Text{"append", "1", "x"}},
		{Client: 5, Call: 3, Return: 4, Input: Text{"get", "1", ""}, Output: "x"},
	}, h.Ops)
	_, err = Texts(write(t, "bad.txt", "nonsense\n"))
	require.ErrorContains(t, err, "bad.txt:1: no event")
}
