package io.github.palimpsest.cli.terminal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * Ctrl-C and SIGTERM, which schedulers, containers and service managers send. Both end a command in
 * the same way.
 */
public final class EndSignals {
  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private final Map<String, Object> before = new HashMap<>();

  private EndSignals() {}

  /** Calls this at each of the signals from now on, until it is closed. */
  public static EndSignals to(Runnable heard) {
    EndSignals signals = new EndSignals();
    for (String signal : SIGNALS) {
      Object handler = Signals.register(signal, heard);
      if (handler != null) { // the system knows it
        signals.before.put(signal, handler);
      }
    }
    return signals;
  }

  /** Gives the signals back to those who had them before. */
  public void close() {
    before.forEach(Signals::unregister);
  }
}
