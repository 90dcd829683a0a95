package gauge

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// percent is how much the heap may grow, while [Peak] looks, before the collector counts again what is live.
const percent = 5

// Peak runs a function once, and gives how much more memory was live during it, at the most, than before: what the function
// needs at a time, without the garbage that it leaves. The collector counts what is live whenever the heap has grown by a
// twentieth, so that this is exact to about that much of the whole heap, with what was there before; and what is allocated
// while it counts passes for live. The run takes longer than others do.
func Peak(run func() error) (uint64, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(percent))
	runtime.GC()
	before := live()
	most, stop, done := before, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
				most = max(most, live())
			}
		}
	}()
	err := run()
	last := live()
	close(stop)
	<-done
	return max(most, last) - before, err
}

// live is what the last collection found in use, in bytes.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
