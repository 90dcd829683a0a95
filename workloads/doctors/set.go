package doctors

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
)

// MaxDoctors is how many doctors a shift may have.
const MaxDoctors = 64

// Set is a set of doctors, who are numbered from 0.
type Set uint64

// All is the set of the first n doctors.
func All(n int) Set { return Set(^uint64(0) >> (MaxDoctors - n)) }

// Of is the set of those doctors.
func Of(doctors ...int) Set {
	var s Set
	for _, d := range doctors {
		s = s.With(d)
	}
	return s
}

// Has says whether the doctor is in the set.
func (s Set) Has(doctor int) bool { return s&(1<<doctor) != 0 }

// With is the set and the doctor.
func (s Set) With(doctor int) Set { return s | 1<<doctor }

// Without is the set but for the doctor.
func (s Set) Without(doctor int) Set { return s &^ (1 << doctor) }

// Doctors lists the set.
func (s Set) Doctors() []int {
	all := make([]int, 0, bits.OnesCount64(uint64(s)))
	for rest := uint64(s); rest != 0; rest &= rest - 1 {
		all = append(all, bits.TrailingZeros64(rest))
	}
	return all
}

// String gives "doctors 0, 2" or "nobody".
func (s Set) String() string {
	switch all := s.Doctors(); len(all) {
	case 0:
		return "nobody"
	case 1:
		return fmt.Sprintf("doctor %d", all[0])
	default:
		return "doctors " + strings.Trim(strings.ReplaceAll(fmt.Sprint(all), " ", ", "), "[]")
	}
}

// MarshalJSON writes the set as a list.
func (s Set) MarshalJSON() ([]byte, error) { return json.Marshal(s.Doctors()) }

// UnmarshalJSON reads a list.
func (s *Set) UnmarshalJSON(text []byte) error {
	var all []int
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*s = 0
	for _, d := range all {
		if d < 0 || d >= MaxDoctors {
			return fmt.Errorf("doctors: doctor %d is none of 0 to %d", d, MaxDoctors-1)
		}
		*s = s.With(d)
	}
	return nil
}
