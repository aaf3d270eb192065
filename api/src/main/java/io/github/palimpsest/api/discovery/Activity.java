package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Stable;

/**
 * What this process is doing, for whoever watches that it goes on: how often it has moved, and
 * which call of a plugin it is in. A runner listens; without a listener nothing is kept.
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

  /** The innermost call of a plugin of each thread; empty outside of any. */
  private static final ThreadLocal<String> PLACE = ThreadLocal.withInitial(() -> "");

  private static volatile Listener listener = NOBODY;

  private Activity() {}

  /** Is told what the process does, on the thread that does it. */
  public interface Listener {
    /** Something has been done: a run of the framework, a call of a plugin. */
    void moved();

    /**
     * A plugin's code is entered or left.
     *
     * @param place the call, its component, its plugin and JAR, in words; empty outside of plugins
     */
    void at(String place);
  }

  /** Tells a listener from now on, in place of any other. */
  public static void listen(Listener told) {
    listener = told;
  }

  /** Something has been done that shows progress. */
  public static void moved() {
    listener.moved();
  }

  /**
   * Enters a call.
   *
   * @return the call around it, for {@link #leave}
   */
  static String enter(String place) {
    String outer = PLACE.get();
    move(place);
    return outer;
  }

  /** Leaves a call for the one around it. */
  static void leave(String outer) {
    move(outer);
  }

  private static void move(String place) {
    PLACE.set(place);
    listener.at(place);
    listener.moved();
  }
}
