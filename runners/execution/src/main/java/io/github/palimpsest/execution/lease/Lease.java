package io.github.palimpsest.execution.lease;

import java.util.Optional;

/**
 * The right to work on a unit, until it is closed or another run has taken it over.
 *
 * <p>A run that was stopped for longer than its lease finds out by {@link #held}, which it asks
 * before it publishes anything.
 */
public final class Lease implements AutoCloseable {
  private final Leases leases;
  private final String unit;
  private final LeaseRecord record;
  private final int slot;
  private final Optional<LeaseRecord> silent;

  Lease(Leases leases, String unit, LeaseRecord record, int slot, Optional<LeaseRecord> silent) {
    this.leases = leases;
    this.unit = unit;
    this.record = record;
    this.slot = slot;
    this.silent = silent;
  }

  /** The random token of this lease. */
  public String token() {
    return record.token();
  }

  /** The name of the folder in {@code work/} that only the holder of this lease writes to. */
  public String folder() {
    return record.folder();
  }

  /**
   * The name of the folder of a run whose lease was taken over by this one because it was silent,
   * and which may write there again.
   */
  public Optional<String> folderOfSilent() {
    return silent.map(LeaseRecord::folder);
  }

  /** Whether no other run has taken the unit over. */
  public boolean held() {
    return leases.holds(unit, slot, token());
  }

  /** Gives the right back. */
  @Override
  public void close() {
    leases.release(unit, slot, token());
  }
}
