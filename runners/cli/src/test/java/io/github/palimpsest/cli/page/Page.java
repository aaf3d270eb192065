package io.github.palimpsest.cli.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Markdown with files and commands, in order. A block with {@code title="NAME"} is the
 * file NAME; a file of Java is not written but was made by a command before it, with the same text.
 * A block whose first line begins with <code>$ </code> has commands, each followed by the lines
 * that it prints; {@code ...} stands for lines that are left out, and a backslash at the end of a
 * line continues a command. In a block marked {@code measured}, numbers and the blanks before them
 * are those of one machine, and so are the ids of cells.
 *
 * @param file the page
 * @param lines its lines
 * @param steps what is to be done, in order
 */
record Page(Path file, List<String> lines, List<Step> steps) {
  static final String LEFT_OUT = "...";
  private static final String PROMPT = "$ ";
  private static final Pattern FENCE =
      Pattern.compile("```(\\w*)( measured)?(?: title=\"([^\"]+)\")?");

  /** One block, or one command of it. */
  sealed interface Step permits WrittenFile, ShownCommand {}

  /**
   * A file that the page shows in full.
   *
   * @param name its path within the folder of the page
   * @param from index of its first line, within the page
   * @param lines its lines
   */
  record WrittenFile(String name, int from, List<String> lines) implements Step {}

  /**
   * A command with what it prints.
   *
   * @param line the command, without its prompt
   * @param from index of the first line that it prints, within the page
   * @param printed those lines
   * @param measured whether numbers are of one machine
   */
  record ShownCommand(String line, int from, List<String> printed, boolean measured)
      implements Step {}

  static Page read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (!lines.get(i).startsWith("```")) {
        continue;
      }
      int end = i + 1;
      while (!lines.get(end).equals("```")) {
        end++;
      }
      List<String> block = lines.subList(i + 1, end);
      boolean commands = block.get(0).startsWith(PROMPT);
      if (!fence.matches()) {
        throw new IllegalStateException(file + ":" + (i + 1) + ": unknown " + lines.get(i));
      }
      if (fence.group(3) != null) {
        steps.add(new WrittenFile(fence.group(3), i + 1, List.copyOf(block)));
      } else if (commands) {
        steps.addAll(commands(block, i + 1, fence.group(2) != null));
      }
      i = end;
    }
    return new Page(file, lines, steps);
  }

  private static List<Step> commands(List<String> block, int offset, boolean measured) {
    List<Step> commands = new ArrayList<>();
    int i = 0;
    while (i < block.size()) {
      String line = block.get(i++).substring(PROMPT.length());
      while (line.endsWith("\\")) {
        line = line.substring(0, line.length() - 1) + block.get(i++).strip();
      }
      int from = i;
      while (i < block.size() && !block.get(i).startsWith(PROMPT)) {
        i++;
      }
      commands.add(
          new ShownCommand(line, offset + from, List.copyOf(block.subList(from, i)), measured));
    }
    return commands;
  }
}
