package com.acme.tuning;

/** What the program shows of a run, and its button to cancel it. */
interface Progress {
  void trained(String task, long step, long steps);

  boolean cancelled();
}
