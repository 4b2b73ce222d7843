package dev.sluice.system.load;

import java.util.ArrayList;
import java.util.List;

/** Channels in rows and columns. */
record Hall(String name, int rows, int columns) {

    String channel(int row, int column) {
        return name + ".r" + row + ".c" + column;
    }

    List<String> channels() {
        var channels = new ArrayList<String>(rows * columns);
        for (var row = 0; row < rows; row++) {
            for (var column = 0; column < columns; column++) {
                channels.add(channel(row, column));
            }
        }
        return channels;
    }
}
