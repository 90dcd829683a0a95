package contest

import (
	"fmt"

	"github.com/lostupdate/stress/internal/loads"
)

// Files gives a work for each file of the test data.
func Files(data string) ([]Work, error) {
	samples, err := loads.Samples(data)
	if err != nil {
		return nil, err
	}
	works := make([]Work, len(samples))
	for i, s := range samples {
		works[i] = Work{Name: s.Name, Text: s.Name, Files: true, Load: func(t Terms) (Bout, error) { return read(s, t) }}
	}
	return works, nil
}

func read(s loads.Sample, t Terms) (Bout, error) {
	if s.Store() {
		h, err := loads.Texts(s.Path)
		if err != nil {
			return Bout{}, err
		}
		return game[string, loads.Text, string]{
			model: texts(), split: byKey(), history: h, illegal: !s.Linearizable,
		}.bout(t), nil
	}
	h, err := loads.Etcd(s.Path)
	if err != nil {
		return Bout{}, err
	}
	return game[int, loads.Put, loads.Got]{model: etcd(), history: h, illegal: !s.Linearizable}.bout(t), nil
}

func oneFile(name string) func(Terms) (Bout, error) {
	return func(t Terms) (Bout, error) {
		samples, err := loads.Samples(t.Data)
		if err != nil {
			return Bout{}, err
		}
		for _, s := range samples {
			if s.Name == name {
				return read(s, t)
			}
		}
		return Bout{}, fmt.Errorf("the test data has no %s", name)
	}
}

func etcdLogs(t Terms) (Bout, error) {
	samples, err := loads.Samples(t.Data)
	if err != nil {
		return Bout{}, err
	}
	var bouts []Bout
	for _, s := range samples {
		if s.Store() {
			continue
		}
		b, err := read(s, t)
		if err != nil {
			return Bout{}, err
		}
		bouts = append(bouts, b)
	}
	return together(bouts), nil
}
