package targettest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/doctors"
)

// DoctorsStrategy is one way to leave a shift.
type DoctorsStrategy = strategy.For[*doctors.Workload, doctors.Input, doctors.Output]

// Shifts makes a workload of few shifts of so many doctors.
func Shifts(t testing.TB, n int) *doctors.Workload {
	t.Helper()
	w, err := doctors.New(doctors.Config{Keys: 3, Doctors: n})
	require.NoError(t, err)
	return w
}

// Doctors has two clients let three doctors of two shifts go in turn.
func Doctors(t *testing.T, s DoctorsStrategy, dsn string) {
	t.Helper()
	type asked = Asked[doctors.Input, doctors.Output]
	leave := func(shift, doctor int32, refused bool) asked {
		return asked{doctors.Input{Shift: shift, Doctor: doctor}, doctors.Output{Refused: refused}}
	}
	back := func(shift, doctor int32) asked {
		return asked{doctors.Input{Kind: doctors.Return, Shift: shift, Doctor: doctor}, doctors.Output{}}
	}
	status := func(shift int32, on ...int) asked {
		return asked{doctors.Input{Kind: doctors.Status, Shift: shift}, doctors.Output{OnCall: doctors.Of(on...)}}
	}
	InTurn(t, s.New(dsn, 1)(Shifts(t, 3)), []asked{
		status(0, 0, 1, 2), status(2, 0, 1, 2), leave(0, 1, false), status(0, 0, 2), leave(0, 1, false), status(0, 0, 2),
		leave(0, 0, false), status(0, 2), leave(0, 2, true), status(0, 2), leave(0, 0, false), status(0, 2), back(0, 1), back(0, 1),
		status(0, 1, 2), leave(0, 2, false), leave(0, 1, true), status(0, 1), status(2, 0, 1, 2),
	})
}
