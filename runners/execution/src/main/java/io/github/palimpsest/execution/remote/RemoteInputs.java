package io.github.palimpsest.execution.remote;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker on another machine needs of a remote folder.
 *
 * @param address the remote folder
 * @param text the text of the experiment file; null for a built-in experiment
 * @param units the units that it needs, if they are complete; with the states of stages
 * @param everything whether it needs all units, without the states of stages
 * @param stage the stage whose checkpoints it continues; null if it trains none
 */
public record RemoteInputs(
    String address,
    @Nullable String text,
    List<String> units,
    boolean everything,
    @Nullable String stage)
    implements Serializable {
  /** Copies the list. */
  public RemoteInputs {
    units = List.copyOf(units);
  }
}
