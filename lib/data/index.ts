// The namespace `data`.
export {};
