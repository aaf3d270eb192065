package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.RowsBeforeInput;

/**
 * The room of a model for sequences after the rows of an adapter.
 *
 * @param rows the rows before each sequence
 * @param places the places of a sequence with its rows
 */
public record InputRoom(InputRows rows, int places) {
  /** The rule that a model takes the rows of an adapter, and has room for them. */
  public static final String RULE = "input-rows";

  /**
   * The room of a model.
   *
   * @throws RuleViolationException if the model cannot take the rows; names the rule {@code
   *     input-rows}
   */
  public static InputRoom of(Model model, InputRows rows) {
    RowsBeforeInput taking =
        model
            .capability(RowsBeforeInput.class)
            .orElseThrow(
                () ->
                    refused(
                        "the adapter puts "
                            + rows.count()
                            + " rows before the input, and this model takes none: it does not read"
                            + " a sequence of tokens with attention"));
    if (!rows.table().equals(taking.inputTable())) {
      throw refused(
          "the adapter puts rows before those of '"
              + rows.table()
              + "', and the model reads its input from '"
              + taking.inputTable()
              + "'");
    }
    if (rows.count() >= taking.places()) {
      throw refused(
          "the adapter puts "
              + rows.count()
              + " rows before the input, and the model has "
              + taking.places()
              + " positions, of which none is left for tokens");
    }
    return new InputRoom(rows, taking.places());
  }

  /** The positions that are left for the tokens of a sequence. */
  public int tokens() {
    return places - rows.count();
  }

  /**
   * Refuses an example that is too long with the rows.
   *
   * @throws PalimpsestException if it has more than {@link #tokens} before its last, which is only
   *     predicted
   */
  public void require(Example example) {
    if (example.tokens() > tokens() + 1) {
      throw new PalimpsestException(
          "example '%s' has %d tokens; after the %d rows of the adapter the model takes 1 to %d"
              .formatted(example.id(), example.tokens(), rows.count(), tokens() + 1));
    }
  }

  private static RuleViolationException refused(String reason) {
    return new RuleViolationException(RULE, reason + " (rule " + RULE + ")");
  }
}
