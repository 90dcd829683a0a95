package db

import (
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func TestMariaDBURL(t *testing.T) {
	config, err := mariadbConfig("mysql://u:a%2Fb%40c@h/db?multiStatements=true&clientFoundRows=false&maxAllowedPacket=99")
	require.NoError(t, err)
	require.Equal(t, []string{"u", "a/b@c", "h:3306", "db"}, []string{config.User, config.Passwd, config.Addr, config.DBName})
	require.True(t, config.ClientFoundRows && config.InterpolateParams && !config.MultiStatements && !config.RejectReadOnly)
	require.Equal(t, 99, config.MaxAllowedPacket)
}

// TestExplain has what a server that trusts everybody does not say.
func TestExplain(t *testing.T) {
	db := &database{address: "h:5432/db"}
	for code, want := range map[string]string{
		"28P01": "correct the user and the password", "28000": "correct the user and the password",
		"53300": "fewer clients", "57P03": "wait until", "XX000": "see the server's log",
	} {
		err := Postgres().explain(db, &pgconn.PgError{Code: code, Message: "no\nentry"})
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
	}
	for number, want := range map[uint16]string{1044: "give the user rights", 1040: "fewer clients", 1130: "allow the user"} {
		require.ErrorContains(t, MariaDB().explain(db, &mysql.MySQLError{Number: number}), want)
	}
}
