package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Stable;

/**
 * The activity of this process, to detect a stall: its progress, and the current call of a plugin.
 * A runner listens; without a listener nothing is recorded.
 */
@Stable(since = "0.1")
public final class Activity {
  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void moved() {}

        @Override
        public void at(String place) {}
      };

  /** The innermost plugin call of each thread; empty outside plugins. */
  private static final ThreadLocal<String> PLACE = ThreadLocal.withInitial(() -> "");

  private static volatile Listener listener = NOBODY;

  private Activity() {}

  /** Receives the activity of the process, on the thread that causes it. */
  public interface Listener {
    /** Progress: a run of the framework or a call of a plugin is done. */
    void moved();

    /**
     * A plugin's code is entered or left.
     *
     * @param place the call, its component, its plugin and JAR, in words; empty outside plugins
     */
    void at(String place);
  }

  /** Sets the listener and replaces any other. */
  public static void listen(Listener told) {
    listener = told;
  }

  /** Reports progress. */
  public static void moved() {
    listener.moved();
  }

  /**
   * Enters a call.
   *
   * @return the enclosing call, for {@link #leave}
   */
  static String enter(String place) {
    String outer = PLACE.get();
    move(place);
    return outer;
  }

  /** Leaves a call and returns to the enclosing one. */
  static void leave(String outer) {
    move(outer);
  }

  private static void move(String place) {
    PLACE.set(place);
    listener.at(place);
    listener.moved();
  }
}
