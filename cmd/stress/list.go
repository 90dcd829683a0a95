package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// filter chooses entries of the catalogue by name.
type filter struct {
	target, workload, strategy []string
}

func (f *filter) flags(c *cobra.Command) {
	c.Flags().StringSliceVarP(&f.target, "target", "t", nil, "only these engines, comma-separated")
	c.Flags().StringSliceVarP(&f.workload, "workload", "w", nil, "only these workloads, comma-separated")
	c.Flags().StringSliceVarP(&f.strategy, "strategy", "s", nil, "only these strategies, comma-separated")
	complete(c)
}

// entries gives what the filter lets through, or an error for a name that does not exist or a choice that is empty.
func (f *filter) entries() ([]targets.Entry, error) {
	for _, choice := range []struct {
		flag         string
		chosen, real []string
	}{
		{"--target", f.target, engineNames()},
		{"--workload", f.workload, targets.Workloads()},
		{"--strategy", f.strategy, strategyNames("", "")},
	} {
		for _, name := range choice.chosen {
			if err := oneOf(choice.flag, name, choice.real); err != nil {
				return nil, err
			}
		}
	}
	var chosen []targets.Entry
	for _, e := range targets.Catalogue() {
		if among(e.Engine.Name, f.target) && among(e.Workload, f.workload) && among(e.Strategy, f.strategy) {
			chosen = append(chosen, e)
		}
	}
	if len(chosen) == 0 {
		return nil, usagef("nothing in the catalogue fits all of --target, --workload and --strategy (see stress list)")
	}
	return chosen, nil
}

func among(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return len(names) == 0
}

func listCommand() *cobra.Command {
	var f filter
	var long, asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the catalogue: engines, workloads, strategies, and what each must show",
		Example: `  stress list
  stress list --target postgres --long
  stress list --json | jq -r '.[] | select(.anomaly != null) | .strategy' | sort -u`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			entries, err := f.entries()
			if err != nil {
				return err
			}
			if asJSON {
				if long {
					return usagef("--long and --json exclude each other: JSON holds everything")
				}
				return listJSON(c.OutOrStdout(), entries)
			}
			if long {
				return listLong(c.OutOrStdout(), entries)
			}
			return listText(c.OutOrStdout(), entries)
		},
	}
	c.Flags().BoolVarP(&long, "long", "l", false, "what each workload and each strategy is, in a paragraph")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	f.flags(c)
	return c
}

func listText(w io.Writer, entries []targets.Entry) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"engine", "workload", "strategy", "must show"})
	for _, e := range entries {
		shows := e.Anomaly
		if e.Correct() {
			shows = "nothing"
		}
		t.AppendRow(table.Row{e.Engine.Name, e.Workload, e.Strategy, shows})
	}
	t.SuppressTrailingSpaces()
	_, err := fmt.Fprintln(w, t.Render())
	return err
}

// listLong tells of each workload and each strategy once, with the engines that have it.
func listLong(w io.Writer, entries []targets.Entry) error {
	s := styleOf(w)
	var b strings.Builder
	workload := ""
	for _, g := range targets.Groups(entries) {
		if g[0].Workload != workload {
			workload = g[0].Workload
			fmt.Fprintf(&b, "%s\n%s\n\n", strong(workload), s.Wrap(0, targets.About(workload)))
		}
		shows := good("✓ shows nothing")
		if !g[0].Correct() {
			shows = bad("✗ shows " + g[0].Anomaly)
		}
		fmt.Fprintf(&b, "  %s  %s  (%s)\n    %s\n", strong(g[0].Strategy), shows, strings.Join(g.Engines(), ", "),
			s.Wrap(4, g[0].Summary))
		writeRepairs(&b, s, g)
		b.WriteString("\n")
	}
	return writeStyled(w, s, b.String())
}

// writeRepairs names the strategies that repair a broken one, engine by engine where they differ.
func writeRepairs(b *strings.Builder, s report.Style, g targets.Group) {
	if g[0].Correct() {
		return
	}
	same := !slices.ContainsFunc(g, func(e targets.Entry) bool { return !slices.Equal(e.Repair, g[0].Repair) })
	for _, e := range g {
		if same {
			fmt.Fprintf(b, "    %s\n", s.Wrap(4, "Not shown by: "+strings.Join(e.Repair, ", ")))
			return
		}
		fmt.Fprintf(b, "    %s\n", s.Wrap(4, "Not shown on "+e.Engine.Name+" by: "+strings.Join(e.Repair, ", ")))
	}
}

func listJSON(w io.Writer, entries []targets.Entry) error {
	type row struct {
		Engine   string   `json:"engine"`
		Workload string   `json:"workload"`
		Strategy string   `json:"strategy"`
		Anomaly  string   `json:"anomaly,omitempty"`
		Summary  string   `json:"summary"`
		Repair   []string `json:"repair,omitempty"`
	}
	var rows []row
	for _, e := range entries {
		r := row{Engine: e.Engine.Name, Workload: e.Workload, Strategy: e.Strategy, Anomaly: e.Anomaly, Summary: e.Summary}
		if !e.Correct() {
			r.Repair = e.Repair
		}
		rows = append(rows, r)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}
