package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// SessionLife is how long a session lasts. It is not extended by use, so that a stolen
// cookie is only good for a limited time.
const SessionLife = 7 * 24 * time.Hour

// limit is the number of wrong logins allowed in a window.
type limit struct {
	max    int
	window time.Duration
}

// Limits on wrong logins. The short windows slow down guessing without locking out the
// owner of an address for long; the long ones limit patient guessing. Client addresses
// get higher limits, since many people can share one.
var (
	emailLimits  = []limit{{5, time.Minute}, {20, 15 * time.Minute}}
	clientLimits = []limit{{20, time.Minute}, {100, 15 * time.Minute}}
)

// Wait is the cause of a fault.RateLimited error: how long to wait before trying again.
type Wait struct{ After time.Duration }

// Error returns the time to wait as text.
func (w Wait) Error() string { return "wait " + w.After.String() }

// RetryAfter returns the time to wait.
func (w Wait) RetryAfter() time.Duration { return w.After }

// Login checks a password and opens a session. It returns the secret for the session
// cookie. clientKey identifies the client (its address). A wrong address and a wrong
// password are the same fault.Unauthenticated, after the same work; repeated wrong logins
// are fault.RateLimited with Wait as the cause.
func (s *Service) Login(ctx context.Context, email, password, clientKey string) (secret string, u User, err error) {
	email = normaliseEmail(email)
	if email == "" || password == "" {
		return "", User{}, fault.New(fault.Invalid, "Enter an e-mail address and a password.")
	}
	if len(email) > 254 || len(password) > maxPassword {
		return "", User{}, wrongLogin()
	}
	if u, err = s.check(ctx, email, password, clientKey); err != nil {
		return "", User{}, err
	}
	if secret, err = s.openSession(ctx, u); err != nil {
		return "", User{}, err
	}
	return secret, u, s.recheck(ctx, secret, u)
}

// recheck ends the new session if the user's password was replaced or the user disabled
// while the password was being checked: that change ended only the sessions of before.
func (s *Service) recheck(ctx context.Context, secret string, checked User) error {
	now, err := s.store.User(ctx, checked.ID)
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	if now.PasswordHash == checked.PasswordHash && !now.Disabled {
		return nil
	}
	if err := s.Logout(ctx, secret); err != nil {
		return err
	}
	return wrongLogin()
}

func wrongLogin() error {
	return fault.New(fault.Unauthenticated, "The e-mail address or the password is wrong.")
}

// check returns the user with this password. It holds a hash slot from counting the
// attempts until it records a new one, so that concurrent logins cannot all pass the count
// before one is recorded.
func (s *Service) check(ctx context.Context, email, password, clientKey string) (User, error) {
	release, err := s.hasher.acquire(ctx)
	if err != nil {
		return User{}, err
	}
	defer release()
	emailKey, clientKey := "email:"+email, "client:"+clientKey
	if err := s.limitAttempts(ctx, emailKey, emailLimits, "for this address"); err != nil {
		return User{}, err
	}
	if err := s.limitAttempts(ctx, clientKey, clientLimits, "from your network"); err != nil {
		return User{}, err
	}
	u, err := s.store.UserByEmail(ctx, email)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return User{}, fmt.Errorf("login: %w", err)
	}
	known := err == nil && !u.Disabled && u.PasswordHash != ""
	hash := s.hasher.dummy
	if known {
		hash = u.PasswordHash
	}
	if verify(hash, password) && known {
		// Only the count of the address is reset: a client with one account must not be able
		// to reset what it tries on others.
		if err := s.store.ClearAttempts(ctx, emailKey); err != nil {
			return User{}, fmt.Errorf("login: %w", err)
		}
		return u, nil
	}
	now := s.now().UTC()
	for _, key := range []string{emailKey, clientKey} {
		if err := s.store.AddAttempt(ctx, key, now); err != nil {
			return User{}, fmt.Errorf("record a wrong login: %w", err)
		}
	}
	return User{}, wrongLogin()
}

// limitAttempts refuses a key with too many wrong logins. Refused logins are not counted,
// so that the wait ends whatever the client does in the meantime.
func (s *Service) limitAttempts(ctx context.Context, key string, limits []limit, who string) error {
	for _, l := range limits {
		n, err := s.store.Attempts(ctx, key, s.now().UTC().Add(-l.window))
		if err != nil {
			return fmt.Errorf("count wrong logins: %w", err)
		}
		if n >= l.max {
			return fault.Wrap(fault.RateLimited, Wait{After: l.window},
				"Too many failed sign-ins %s. Wait %s, then try again.", who, minutes(l.window))
		}
	}
	return nil
}

func minutes(d time.Duration) string {
	if d <= time.Minute {
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes()))
}

func (s *Service) openSession(ctx context.Context, u User) (string, error) {
	secret, now := newSecret(), s.now().UTC()
	err := s.store.CreateSession(ctx, Session{
		Hash: digest(secret), UserID: u.ID, CreatedAt: now, ExpiresAt: now.Add(SessionLife),
	})
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	return secret, nil
}

// Logout ends the session with this secret. Ending one that has ended is not an error.
func (s *Service) Logout(ctx context.Context, secret string) error {
	err := s.store.DeleteSession(ctx, digest(secret))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return fmt.Errorf("logout: %w", err)
	}
	return nil
}

// AuthenticateSession returns the actor of a session; fault.Unauthenticated when it is
// unknown or expired, or its user disabled.
func (s *Service) AuthenticateSession(ctx context.Context, secret string) (access.Actor, error) {
	now := s.now().UTC()
	sess, u, err := s.store.SessionUser(ctx, digest(secret), now)
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && (u.Disabled || !now.Before(sess.ExpiresAt)):
		return access.Actor{}, fault.New(fault.Unauthenticated, "Your session has ended. Sign in again.")
	case err != nil:
		return access.Actor{}, fmt.Errorf("authenticate session: %w", err)
	}
	return u.actor(nil), nil
}

// ChangePassword replaces the actor's own password. The current one is checked under the
// same limits as a login. All sessions and tokens end, the caller's included; secret is
// that of a new session.
func (s *Service) ChangePassword(
	ctx context.Context, actor access.Actor, current, password, clientKey string,
) (secret string, err error) {
	switch {
	case !actor.Known():
		return "", fault.New(fault.Unauthenticated, "Sign in first.")
	case actor.Scopes != nil:
		return "", fault.New(fault.Forbidden, "A token with limited scopes cannot change a password.")
	}
	if len(current) > maxPassword {
		return "", wrongCurrent()
	}
	if _, err := s.check(ctx, normaliseEmail(actor.Email), current, clientKey); fault.Is(err, fault.Unauthenticated) {
		return "", wrongCurrent()
	} else if err != nil {
		return "", err
	}
	u, err := s.update(ctx, actor, actor.ID, Patch{Password: &password})
	if err != nil {
		return "", err
	}
	return s.openSession(ctx, u)
}

func wrongCurrent() error {
	return fault.InvalidField("current_password", "is wrong")
}
